"""What is in a file as lines, made only when they come on the screen."""
