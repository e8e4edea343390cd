"""Photos that people send: read in a process of their own, scaled down, freed of what they tell about the sender."""

from common.pictures.scaling import ACCEPT, Scaled, scaled_content, scaled_photo

__all__ = ["ACCEPT", "Scaled", "scaled_content", "scaled_photo"]
