"""Claims about matrices and gradients, states of an online softmax, and stacked layers."""
