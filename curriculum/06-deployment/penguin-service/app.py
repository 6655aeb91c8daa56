"""The penguin service: a classifier behind an HTTP address."""
import json
import math
from pathlib import Path

from fastapi import FastAPI
from pydantic import BaseModel, Field


def softmax(scores):
    """Probabilities for a list of scores: positive, adding up to 1, larger where the score is larger."""
    ### BEGIN SOLUTION
    largest = max(scores)
    powers = [math.exp(score - largest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]
    ### END SOLUTION


to_probabilities = softmax

def predict(model, bird):
    """The most probable species of a bird, and the probability of each."""
    ### BEGIN SOLUTION
    columns = zip(model["features"], model["mean"], model["scale"], strict=True)
    features = [(bird[name] - mean) / scale for name, mean, scale in columns]
    scores = [
        intercept + sum(c * x for c, x in zip(row, features, strict=True))
        for row, intercept in zip(model["coef"], model["intercept"], strict=True)
    ]
    probabilities = dict(zip(model["classes"], to_probabilities(scores), strict=True))
    return {"species": max(probabilities, key=probabilities.get), "probabilities": probabilities}
    ### END SOLUTION


### BEGIN SOLUTION
class Bird(BaseModel):
    bill_length_mm: float = Field(gt=0)
    bill_depth_mm: float = Field(gt=0)
    flipper_length_mm: float = Field(gt=0)
    body_mass_g: float = Field(gt=0)


def create_app(model, predict):
    """The service: a classifier behind an HTTP address."""
    app = FastAPI(title="Penguins")

    @app.get("/health")
    def health():
        return {"status": "ok"}

    @app.post("/predict")
    def species_of(bird: Bird):
        return predict(model, bird.model_dump())

    return app


### END SOLUTION



model = json.loads(Path(__file__).with_name("model.json").read_text(encoding="utf-8"))
app = create_app(model, predict)
