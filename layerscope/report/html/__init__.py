"""Reports as one page with pictures, which needs no network."""
