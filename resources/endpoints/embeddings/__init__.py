"""Embedding models beyond the embedded one: remote endpoints over HTTP, and local CLIP weights.

`open.py` chooses. `dashscope`, `pai_eas` and `vllm` each know one protocol and hold no socket;
`remote` asks through them, `http` carries, `answers` reads what came back. `clip` computes in this
process. Vectors leave as the model gave them: `listing_assets.embedding` checks.
"""
