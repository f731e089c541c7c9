"""Small text data with the models that attention maps and cell colouring ask for."""

from dataclasses import replace


def with_attention(context):
    """The context of small texts or rows, with a model that has attention."""
    import torch

    from explainers.models.attention_over_features import AttentionOverFeatures
    from explainers.models.text_attention import TextAttention

    torch.manual_seed(11)
    kind = TextAttention(embedding=4, hidden=3) if context.data.vocabulary else AttentionOverFeatures(width=4)
    return replace(context, model=kind.build(context.data).double().eval().requires_grad_(False))


def of_characters(context, cell="lstm"):
    """Two units of a small recurrent network over characters."""
    import torch

    from explainers.data.base import Case
    from explainers.models.char_rnn import CharRnn

    data = characters("the cat sat on the mat; " * 20)
    torch.manual_seed(12)
    model = CharRnn(cell=cell, embedding=3, hidden=5).build(data).double().eval().requires_grad_(False)
    units = tuple(
        Case(f"unit-{number}", torch.zeros(0), "", kind="unit", unit=("rest.recurrent", number))
        for number in (1, 4)
    )
    return replace(context, model=model, data=data, cases=units, predictions={})


def characters(text, length=12, windows=5):
    """The text as data of characters, twice: once to learn from and once held out."""
    import tempfile
    from pathlib import Path

    from explainers.data.characters import Characters

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        path.write_text(f"{text}\f{text}", encoding="utf-8")
        return Characters(length=length, windows=windows, min_count=1, held_out=0.5, seed=1).read(path, ())
