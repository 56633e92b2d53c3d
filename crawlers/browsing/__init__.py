"""A browser for the few pages whose content scripts bring; it has no network of its own.

``needing`` says which pages those are, ``deciding`` remembers it, ``pool.Browsing`` renders them from the
bytes already captured, and every further request is answered, or refused, by the caller. ``launching`` and
``launcher`` start the browser with as few rights as this machine can give it.
"""
