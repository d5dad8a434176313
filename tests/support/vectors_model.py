"""The catalog entry of a model that a server embeds with."""

VECTORS = """\
  vectors:
    provider: dashscope
    type: EMBEDDING
    model: multimodal-embedding-v1
    endpoint: {origin}
    dimension: 1024
"""
