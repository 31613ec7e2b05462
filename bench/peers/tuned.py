"""The tutorial stack at its best: no data frame, categories encoded by a dictionary into one numpy array, async endpoints, no checks that the encoding makes superfluous."""
import os
from typing import List

import joblib
import numpy as np
import sklearn
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel

THRESHOLD = 0.2

app = FastAPI()
sklearn.set_config(assume_finite=True)
pipeline = joblib.load(os.environ["MODEL"])
boosting = pipeline[-1]
encoder = pipeline[0].named_transformers_["ordinalencoder"]
origins, destinations = [{value: float(code) for code, value in enumerate(values)} for values in encoder.categories_]


class Row(BaseModel):
    hour: float
    day_of_week: float
    distance: float
    origin: str
    destination: str


class Rows(BaseModel):
    rows: List[Row]


def answer(rows):
    values = np.array(
        [(row.hour, row.day_of_week, row.distance, origins.get(row.origin, -1.0), destinations.get(row.destination, -1.0)) for row in rows]
    )
    probabilities = boosting.predict_proba(values)[:, 1].tolist()
    return [{"probability": p, "label": "late" if p >= THRESHOLD else "on time"} for p in probabilities]


@app.get("/health")
async def health():
    return {"status": "ok"}


@app.post("/predict")
async def predict(row: Row):
    return JSONResponse(answer([row])[0])


@app.post("/predict/batch")
async def predict_batch(body: Rows):
    return JSONResponse({"predictions": answer(body.rows)})
