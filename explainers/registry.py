"""What there is, by name: names only, so that listing and checking need no torch."""

import pkgutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import UnknownName
from .own_code import own_class
from .parameters import made

if TYPE_CHECKING:
    from .base import Explainer

EXPLAINERS = {
    # gradients
    "grad-cam": "explainers.methods.gradients.grad_cam:GradCam",
    "gradient-x-input": "explainers.methods.gradients.gradient_x_input:GradientTimesInput",
    "guided-backpropagation": "explainers.methods.gradients.guided_backpropagation:GuidedBackpropagation",
    "guided-grad-cam": "explainers.methods.gradients.guided_grad_cam:GuidedGradCam",
    "integrated-gradients": "explainers.methods.gradients.integrated_gradients:IntegratedGradients",
    "saliency": "explainers.methods.gradients.saliency:Saliency",
    "smooth-grad": "explainers.methods.gradients.smooth_grad:SmoothGrad",
    # perturbation
    "extremal-perturbation": "explainers.methods.perturbation.extremal_perturbation:ExtremalPerturbation",
    "occlusion": "explainers.methods.perturbation.occlusion:Occlusion",
    "rise": "explainers.methods.perturbation.rise:Rise",
    # surrogates
    "anchors": "explainers.methods.surrogates.anchors:Anchors",
    "kernel-shap": "explainers.methods.surrogates.kernel_shap:KernelShap",
    "lime": "explainers.methods.surrogates.lime:Lime",
    "surrogate-tree": "explainers.methods.surrogates.surrogate_tree:SurrogateTree",
    # examples
    "counterfactual": "explainers.methods.examples.counterfactual:Counterfactual",
    "counterfactual-path": "explainers.methods.examples.counterfactual_path:CounterfactualPath",
    "nearest-examples": "explainers.methods.examples.nearest_examples:NearestExamples",
    "nearest-neighbours": "explainers.methods.examples.nearest_neighbours:NearestNeighbours",
    "prototypes": "explainers.methods.examples.prototypes:Prototypes",
    # intrinsic
    "attention-map": "explainers.methods.intrinsic.attention_map:AttentionMap",
    "decision-tree": "explainers.methods.intrinsic.decision_tree:DecisionTree",
    "feature-values": "explainers.methods.intrinsic.feature_values:FeatureValues",
    "linear-weights": "explainers.methods.intrinsic.linear_weights:LinearWeights",
    "neural-backed-tree": "explainers.methods.intrinsic.neural_backed_tree:NeuralBackedTrees",
    "rule-list": "explainers.methods.intrinsic.rule_list:RuleList",
    "tree-regularised": "explainers.methods.intrinsic.tree_regularised:TreeRegularised",
    # concepts
    "concept-activation-vectors": "explainers.methods.concepts.concept_activation_vectors:ConceptActivationVectors",
    "concept-bottleneck": "explainers.methods.concepts.concept_bottleneck:ConceptBottleneck",
    # activations
    "cell-colouring": "explainers.methods.activations.cell_colouring:CellColouring",
    "feature-visualization": "explainers.methods.activations.feature_visualization:FeatureVisualization",
    "layer-directions": "explainers.methods.activations.layer_directions:LayerDirections",
    "query-pair": "explainers.methods.activations.query_pair:QueryPair",
    "top-activating": "explainers.methods.activations.top_activating:TopActivating",
    # words
    "global-description": "explainers.methods.words.global_description:GlobalDescription",
    "rationale": "explainers.methods.words.rationale:Rationale",
    # uncertainty
    "abstention": "explainers.methods.uncertainty.abstention:Abstention",
    "ensemble-disagreement": "explainers.methods.uncertainty.ensemble_disagreement:EnsembleDisagreement",
    "probability": "explainers.methods.uncertainty.probability:Probability",
    # several at once
    "composite": "explainers.methods.composite:Composite",
    # placebos
    "edge-detector": "explainers.methods.placebos.edge_detector:EdgeDetector",
    "other-item": "explainers.methods.placebos.other_item:OtherItem",
    "phase-scrambled": "explainers.methods.placebos.phase_scrambled:PhaseScrambled",
    "placebo-saliency": "explainers.methods.placebos.placebo_saliency:PlaceboSaliency",
    "randomised-model": "explainers.methods.placebos.randomised_model:RandomisedModel",
    "segment-permuted": "explainers.methods.placebos.segment_permuted:SegmentPermuted",
}
READERS = {
    "characters": "explainers.data.characters:Characters",
    "image-arrays": "explainers.data.image_arrays:ImageArrays",
    "photos": "explainers.data.photos:Photos",
    "table-csv": "explainers.data.table_csv:TableCsv",
    "tagged-pictures": "explainers.data.tagged_pictures:TaggedPictures",
    "text-csv": "explainers.data.text_csv:TextCsv",
    "text-tsv": "explainers.data.texts:TextTsv",
    "watermarked-pictures": "explainers.data.watermarked_pictures:WatermarkedPictures",
}
ARCHITECTURES = {
    "attention-over-features": "explainers.models.attention_over_features:AttentionOverFeatures",
    "bag-of-words": "explainers.models.bag_of_words:BagOfWords",
    "bare-hands": "explainers.models.support_vectors:BareHands",
    "char-rnn": "explainers.models.char_rnn:CharRnn",
    "concept-bottleneck": "explainers.models.concept_bottleneck:ConceptBottleneck",
    "decision-tree": "explainers.models.decision_tree:DecisionTree",
    "digit-cnn": "explainers.models.digit_cnn:DigitCnn",
    "efficientnet-lite0": "explainers.models.efficientnet_lite:EfficientNetLite0",
    "linear": "explainers.models.linear:LeastSquares",
    "logistic": "explainers.models.linear:LogisticRegression",
    "mlp": "explainers.models.mlp:TableMlp",
    "nearest-neighbours": "explainers.models.nearest_neighbours:NearestNeighbours",
    "neural-backed-tree": "explainers.models.neural_backed_tree:NeuralBackedTrees",
    "picture-tree": "explainers.models.picture_tree:PictureTreeArchitecture",
    "rule-list": "explainers.models.rule_list:RuleList",
    "small-cnn": "explainers.models.small_cnn:SmallCnn",
    "text-attention": "explainers.models.text_attention:TextAttention",
    "text-cnn": "explainers.models.text_cnn:TextCnn",
    "text-gru": "explainers.models.gru:TextGru",
    "tiny-net": "explainers.models.tiny_nets:TinyNet",
    "tree-regularised": "explainers.models.tree_regularised:TreeRegularised",
}
ITEM_MAKERS = {
    "adversarial": "explainers.items.adversarial:Adversarial",
    "changed-outputs": "explainers.items.changed_outputs:ChangedOutputs",
    "model-pairs": "explainers.items.model_pairs:ModelPairs",
    "nonsense": "explainers.items.nonsense:Nonsense",
    "perturbed-pairs": "explainers.items.perturbed_pairs:PerturbedPairs",
    "query-units": "explainers.items.query_units:QueryUnits",
    "shifted": "explainers.items.shifted:Shifted",
    "spread-over-range": "explainers.items.spread_over_range:SpreadOverRange",
    "training-sets": "explainers.items.training_sets:TrainingSets",
    "units": "explainers.items.units:Units",
}
DRAWERS = {
    "image": "explainers.rendering.image:ImageDrawer",
    "table": "explainers.rendering.table:TableDrawer",
    "text": "explainers.rendering.text:TextDrawer",
}
CHECKS = {
    "deletion-insertion": "explainers.checks.deletion_insertion:DeletionInsertion",
    "edge-similarity": "explainers.checks.edge_similarity:EdgeSimilarity",
    "infidelity": "explainers.checks.infidelity:Infidelity",
    "label-randomisation": "explainers.checks.label_randomisation:LabelRandomisation",
    "max-sensitivity": "explainers.checks.max_sensitivity:MaxSensitivity",
    "model-accuracy": "explainers.checks.model_accuracy:ModelAccuracy",
    "own-numbers": "explainers.checks.own_numbers:OwnNumbers",
    "parameter-randomisation": "explainers.checks.parameter_randomisation:ParameterRandomisation",
    "placebo-independence": "explainers.checks.placebo_independence:PlaceboIndependence",
    "sparsity": "explainers.checks.sparsity:Sparsity",
}
KINDS: dict[str, Mapping[str, str]] = {
    "explainer": EXPLAINERS,
    "reader": READERS,
    "architecture": ARCHITECTURES,
    "items": ITEM_MAKERS,
    "drawer": DRAWERS,
    "check": CHECKS,
}
BASES = {  # what a class of each kind inherits
    "explainer": "explainers.base:Explainer",
    "reader": "explainers.data.base:Reader",
    "architecture": "explainers.models.base:Architecture",
    "items": "explainers.items.base:ItemMaker",
    "drawer": "explainers.rendering.base:Drawer",
    "check": "explainers.checks.base:Measure",
}


def get_explainer(name: str, parameters: Mapping[str, Any] | None = None) -> "Explainer":
    """Load and build the explainer called `name`, with its default settings where none are given."""
    explainer: Explainer = build("explainer", name, parameters)
    return explainer


def build(
    kind: str, name: str, parameters: Mapping[str, Any] | None = None, beside: Path | None = None
) -> Any:
    """Load the class called `name` and build it; a message lists the names or parameters that there are.

    `module:Class` names a class of the researcher's own; its module is looked for in the folder `beside` first.

    Raises
    ------
    UnknownName : there is no such class, or its module cannot be imported.
    BadParameters : it is no class of that kind, or does not take these parameters: all faults at once.
    """
    if not isinstance(name, str):
        raise UnknownName(
            f"The name of {_article(_noun(kind))} is {name!r}. Allowed: a name, or module:Class."
        )
    who = f'{_noun(kind)} "{name}"'
    if ":" not in name:
        return made(who, pkgutil.resolve_name(_place(kind, name)), parameters or {})
    found = own_class(_noun(kind), name, pkgutil.resolve_name(BASES[kind]), beside)
    return made(who, found, parameters or {})


def require(kind: str, name: str) -> str:
    """The name, if the registry has it; loads nothing."""
    _place(kind, name)
    return name


def _noun(kind: str) -> str:
    """What one of a kind is called."""
    return "maker" if kind == "items" else kind


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aei" else f"a {noun}"


def _place(kind: str, name: str) -> str:
    names = KINDS[kind]
    if name not in names:
        raise UnknownName(f'No {_noun(kind)} is called "{name}". Known ones: {", ".join(sorted(names))}.')
    return names[name]
