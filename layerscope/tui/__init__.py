"""The explorer: the layers, files and details of an image on a terminal. The only room that knows Textual."""
