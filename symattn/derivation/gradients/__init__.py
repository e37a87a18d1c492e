"""Gradients in closed form: the chain backwards, its entries, and its check."""
