"""The tutorial stack: FastAPI, a pydantic model, a pandas frame a request, scikit-learn's pipeline. MODEL names the model's file."""
import os
from typing import List

import joblib
import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel

THRESHOLD = 0.2

app = FastAPI()
model = joblib.load(os.environ["MODEL"])


class Row(BaseModel):
    hour: float
    day_of_week: float
    distance: float
    origin: str
    destination: str


class Rows(BaseModel):
    rows: List[Row]


def answer(rows):
    frame = pd.DataFrame([row.dict() for row in rows])
    probabilities = model.predict_proba(frame)[:, 1]
    return [{"probability": float(p), "label": "late" if p >= THRESHOLD else "on time"} for p in probabilities]


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/predict")
def predict(row: Row):
    return answer([row])[0]


@app.post("/predict/batch")
def predict_batch(body: Rows):
    return {"predictions": answer(body.rows)}
