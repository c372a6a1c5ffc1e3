"""Media: codecs, pipelines, and the tick that drives them; RTP is in `rtp/`."""
