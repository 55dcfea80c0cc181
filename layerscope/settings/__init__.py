"""What the program keeps for its user: the settings, and the images that were opened last."""
