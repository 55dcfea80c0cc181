"""What package managers write down in an image: which packages are installed, and which files are theirs."""
