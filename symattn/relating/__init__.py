"""Which mechanisms are related: a search over pairs, with a verdict behind every edge."""
