"""Where projects are signed and received: signing events, platforms, memoranda."""
