"""Original bytes in, a normalized sRGB JPEG and facts about the original out.

In the order in which a photo passes through:

- `spec`: how the normalized photo should look, and its recipe;
- `workers`: the processes in which decoding happens, so that a crash costs one file;
- `normalize`: the whole way of one file, from bytes to `Normalized` or `Rejected`;
- `formats`: what the bytes are, told by content;
- `framing`, `color`, `facts`: geometry, colours and measurements of one picture;
- `reasons`: why a file cannot become a photo.

Nothing here fetches, stores or logs. Nothing is imported here, so that worker processes start
with no more than they need.
"""
