"""The one door for bytes: stores of blobs, what is read from them and checked, and the walk down an index."""
