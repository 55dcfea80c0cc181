"""What is known of an image as JSON, text and tables."""
