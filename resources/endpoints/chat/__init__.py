"""Vision chat models behind an OpenAI-compatible endpoint: OpenAI, Model Studio, PAI-EAS, vLLM, …

`model.py` is the model, `streaming.py` its texts. `request.py`, `prompt.py` and `answer_schema.py`
make what is sent, `connection.py` carries it, `completion.py` and `complaints.py` read what comes
back, `ladder.py` remembers which requests an endpoint takes, and `providers.py` holds all that
differs by provider.
"""
