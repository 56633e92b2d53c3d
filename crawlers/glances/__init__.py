"""The cheap look a crawl takes at an answer: where it leads, and whether it is content at all.

No facts are made here; the readers make them later, from the stored bytes. Nothing here touches the network.
"""
