"""Questions in the formats of other programs; a reader for each of them is in `reading/quiz`."""
