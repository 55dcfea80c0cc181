"""What is in the file that the user looks at."""
