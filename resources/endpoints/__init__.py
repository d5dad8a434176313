"""Model endpoints: who answers questions about photos and who turns them into vectors.

`interface.py` is the whole contract. A provider is a module or package beside it.
"""
