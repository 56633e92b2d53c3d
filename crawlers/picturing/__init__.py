"""Pictures of captures: made of stored bytes, off the network, the quoted words outlined. Nothing is hidden in them.

Bytes are read in a confined child (``looking``), pages and plain renderings of files shown by a browser without a
network and without scripts (``camera``).
"""
