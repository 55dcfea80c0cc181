"""The explorer: an image's layers, files and facts on a terminal. The only room that knows Textual."""
