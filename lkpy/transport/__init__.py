"""How media and data travel: `PeerConnection`, and what it is made of."""
