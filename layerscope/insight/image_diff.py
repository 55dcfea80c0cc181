"""What differs between two images: their layers, configs and file systems, and what it costs to pull the second one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from layerscope.filesystem.comparison import Comparison
from layerscope.insight.analysis import Analysis, merge
from layerscope.insight.config_diff import ConfigChange, config_changes
from layerscope.insight.file_changes import Equality, FileChanges
from layerscope.insight.first_difference import FirstDifference, first_difference
from layerscope.insight.layer_diff import LayerSets
from layerscope.insight.package_diff import PackageChange, package_changes


@dataclass(frozen=True, eq=False)
class ImageDiff:
    """Two images of one merge. All deltas are `after` minus `before`, in bytes."""

    before: Analysis
    after: Analysis

    @classmethod
    def of(cls, before: Analysis, after: Analysis) -> ImageDiff:
        """Merge both images."""
        return cls(*merge([before, after]))

    @cached_property
    def comparison(self) -> Comparison:
        """The final file systems, node by node."""
        return self.before.stack.final.compare(self.after.stack.final)

    @cached_property
    def files(self) -> FileChanges:
        """The paths that differ."""
        return FileChanges.of(self.comparison)

    @cached_property
    def layers(self) -> LayerSets:
        """Which layers both images have, and which only one has."""
        return LayerSets.of(self.before.image, self.after.image)

    @cached_property
    def config(self) -> tuple[ConfigChange, ...]:
        """The fields of the configs that differ."""
        return config_changes(self.before.image, self.after.image)

    @cached_property
    def packages(self) -> list[PackageChange]:
        """The packages that differ."""
        return package_changes(self.before, self.after)

    @cached_property
    def first_difference(self) -> FirstDifference | None:
        """The lowest layer that differs; None if one image has all layers of the other."""
        return first_difference(self.before, self.after)

    @property
    def size_delta(self) -> int:
        """Bytes of the final file system: the sum over all paths of `files`."""
        return self.after.accounting.image.live_size - self.before.accounting.image.live_size

    @property
    def wasted_delta(self) -> int:
        """Wasted bytes."""
        return self.after.accounting.image.wasted_size - self.before.accounting.image.wasted_size

    @property
    def compressed_size_delta(self) -> int:
        """Bytes of all layer blobs."""
        return self.after.image.compressed_size - self.before.image.compressed_size

    @property
    def is_pull_known(self) -> bool:
        """Whether `compressed_size_delta` is about pulls; see `Layer.is_pull_known`."""
        return self.before.image.is_pull_known and self.after.image.is_pull_known

    @property
    def is_whole(self) -> bool:
        """Whether all layers of both images were read to their ends."""
        return self.before.is_whole and self.after.is_whole

    @property
    def equality(self) -> Equality:
        """Whether the images are equal. The blobs of artifacts have no files: for them, the layers decide.

        If a layer could not be read, what differs between the file systems is not known.
        """
        if self.config or self.layers.has_other_blobs:
            return Equality.DIFFERENT
        return self.files.equality if self.is_whole else Equality.UNKNOWN
