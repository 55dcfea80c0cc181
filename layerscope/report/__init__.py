"""Facts as JSON, text and tables."""
