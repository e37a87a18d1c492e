"""Questions read back from the formats in which we write them.

The text, the options and the key are those that the foreign format shows; only the claims come
from our comments.
"""
