"""Errors whose text is meant for the person at the screen."""


class UserError(Exception):
    """A refusal in one clear Chinese sentence; ``field`` names the input it belongs to, where there is one."""

    def __init__(self, message, field=None):
        super().__init__(message)
        self.message = message
        self.field = field
