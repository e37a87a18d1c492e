"""The reading room: what a user wrote in a file or a formula becomes core records, or a refusal."""
