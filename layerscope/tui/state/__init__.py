"""What is known of the image so far, and how the user looks at it. Without lines and without Textual."""
