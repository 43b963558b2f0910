"""A progress bar that stays on one line, speaks to screen readers, and is stored as its last state."""

import html

from IPython.display import DisplayHandle, display


class Progress:
    """Call it after each round: ``progress(done, total, accuracy)``; the bar moves in place.

    ``unit`` says what is counted. It appears with the first call. Without a browser it is a line of text.
    """

    def __init__(self, label: str, *, unit: str = "round") -> None:
        self.label, self.unit = label, unit
        self._handle: DisplayHandle | None = None

    def __call__(self, done: int, total: int, accuracy: float) -> None:
        """Show ``done`` of ``total`` rounds and the test accuracy after them."""
        bar = _Bar(
            self.label, done, total, f"{self.unit} {done} of {total}, accuracy {accuracy:.0%}"
        )
        if self._handle is None:
            self._handle = display(bar, display_id=True)
        else:
            self._handle.update(bar)


class _Bar:
    def __init__(self, label: str, done: int, total: int, words: str) -> None:
        self.label, self.done, self.total = label, done, total
        self.text = f"{label}: {words}"

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        label = html.escape(self.label, quote=True)
        return (
            f'<progress value="{self.done}" max="{self.total}" aria-label="{label}" '
            f'style="width: min(320px, 60%); height: 1.1em;"></progress> {html.escape(self.text)}'
        )
