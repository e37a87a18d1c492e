"""True claims by random applications of valid rewrites, a file for each family."""

from tests.campaign.rewrites import gradients, masks, mechanisms, recurrences, rows, scores, sums

__all__ = ["gradients", "masks", "mechanisms", "recurrences", "rows", "scores", "sums"]
