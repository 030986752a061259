"""The widget for each kind of control and readout."""

from __future__ import annotations

from typing import Any

from tutor.labs.kit import charts, controls, readouts
from tutor.labs.kit.controls import GridControl, Value, ValueControl
from tutor.labs.kit.readouts import Readout
from tutor.ui.widgets.fields.canvas_field import SMALLEST_CANVAS, CanvasField
from tutor.ui.widgets.fields.choice_field import ChoiceField
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.fields.grid_field import GridField
from tutor.ui.widgets.fields.matrix_field import MatrixField
from tutor.ui.widgets.fields.number_field import NumberField
from tutor.ui.widgets.fields.text_field import TextField
from tutor.ui.widgets.fields.vector_field import VectorField
from tutor.ui.widgets.readouts.arithmetic_view import ArithmeticView
from tutor.ui.widgets.readouts.bars_view import BarsView
from tutor.ui.widgets.readouts.code_view import CodeView
from tutor.ui.widgets.readouts.curve_view import CurveView
from tutor.ui.widgets.readouts.dot_plot_view import DotPlotView
from tutor.ui.widgets.readouts.graph_view import GraphView
from tutor.ui.widgets.readouts.matrix_view import MatrixView
from tutor.ui.widgets.readouts.network_view import NetworkView
from tutor.ui.widgets.readouts.number_view import NumberView
from tutor.ui.widgets.readouts.picture_view import PictureView
from tutor.ui.widgets.readouts.readout_view import ReadoutView
from tutor.ui.widgets.readouts.scatter_view import ScatterView
from tutor.ui.widgets.readouts.table_view import TableView
from tutor.ui.widgets.readouts.text_view import TextView
from tutor.ui.widgets.readouts.vector_view import VectorView

_FIELDS: dict[type[Any], type[ControlField]] = {
    controls.NumberControl: NumberField,
    controls.ChoiceControl: ChoiceField,
    controls.TextControl: TextField,
    controls.VectorControl: VectorField,
    controls.MatrixControl: MatrixField,
}

_VIEWS: dict[type[Any], type[ReadoutView[Any]]] = {
    readouts.Number: NumberView,
    readouts.Text: TextView,
    readouts.Vector: VectorView,
    readouts.Arithmetic: ArithmeticView,
    readouts.Curve: CurveView,
    readouts.Matrix: MatrixView,
    readouts.Table: TableView,
    readouts.Network: NetworkView,
    readouts.Graph: GraphView,
    charts.Bars: BarsView,
    charts.DotPlot: DotPlotView,
    charts.Scatter: ScatterView,
    readouts.Picture: PictureView,
    readouts.Code: CodeView,
}


def field_for(control: ValueControl, value: Value) -> ControlField:
    """The field for a control, with ``value``."""
    return _field_type(control)(control, value)


def view_for(readout: Readout, covered: bool) -> ReadoutView[Any]:
    """The view for a readout."""
    return _VIEWS[type(readout)](readout, covered)


def is_on_stage(shown: ValueControl | Readout) -> bool:
    """Whether a step shows this control or readout on its stage."""
    if isinstance(shown, ValueControl):
        return _field_type(shown).on_stage
    if isinstance(shown, readouts.Vector):
        return shown.bars
    return _VIEWS[type(shown)].on_stage


def _field_type(control: ValueControl) -> type[ControlField]:
    if isinstance(control, GridControl):
        return CanvasField if control.rows >= SMALLEST_CANVAS else GridField
    return _FIELDS[type(control)]
