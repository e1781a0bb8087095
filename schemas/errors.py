"""The base of every error that this project raises on purpose."""


class GongkaiError(Exception):
    """An expected failure. Its message is one line in plain words that says what is wrong and what to do.

    Where it ends a command or a run, the message is shown as it is; of any other exception its class is named, too.
    """
