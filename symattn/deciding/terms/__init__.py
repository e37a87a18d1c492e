"""Claims about scores, weights and outputs: normal forms of terms, for all sizes."""
