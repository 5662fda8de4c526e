"""The list of the control flow modules, as the host reads it."""

from __future__ import annotations

from .choices import Default, ExecuteInOrder, If
from .counting import For, While
from .folds import And, Fold, Or, Sum
from .mapping import Filter, FoldWithModule, Map
from .products import CartesianProduct, Cross, Dot, ElementwiseProduct

_modules = [
    Fold,
    FoldWithModule,
    Sum,
    And,
    Or,
    Map,
    Filter,
    If,
    Default,
    ExecuteInOrder,
    Dot,
    Cross,
    CartesianProduct,
    ElementwiseProduct,
    For,
    While,
]
