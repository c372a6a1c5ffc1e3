"""The parts that `LocalParticipant` is made of."""
