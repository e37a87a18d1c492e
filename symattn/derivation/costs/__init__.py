"""What mechanisms cost, from their Form alone."""
