"""The tar format, read in one pass: v7, ustar, GNU, PAX and star, as Go's archive/tar understands them."""
