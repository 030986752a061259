"""Read pictures from files in the background, so that a face never waits for them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from tutor.datasets.errors import DataError
from tutor.datasets.images import ImageData


class ImageLoading:
    """Reads the pictures once, for a lab and its twins, in a thread. ``find`` may raise ``DataError``."""

    def __init__(self, find: Callable[[], ImageData]) -> None:
        self._find = find
        self._thread: Thread | None = None
        self.data: ImageData | None = None
        """The pictures; None until they are loaded."""
        self.failure = ""
        """A sentence if they cannot be loaded."""

    @property
    def busy(self) -> bool:
        """Whether they are being read."""
        return self._thread is not None and self.data is None and not self.failure

    def begin(self) -> None:
        """Start to read, unless already started."""
        if self._thread is None:
            self._thread = Thread(target=self._read, name="pictures", daemon=True)
            self._thread.start()

    def wait(self) -> ImageData | None:
        """Wait for the pictures; None if they cannot be loaded."""
        self.begin()
        assert self._thread is not None
        self._thread.join()
        return self.data

    def _read(self) -> None:
        try:
            self.data = self._find()
        except DataError as error:
            self.failure = str(error)
        except Exception as error:  # a thread that ended silently would leave the lab waiting forever
            self.failure = f"the pictures cannot be read: {type(error).__name__}: {error}"
