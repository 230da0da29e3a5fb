"""The drawing kit: a scene description becomes SVG, and SVG becomes a picture."""
