"""Trains the peers' model on the flights of the same months: train.py <flights.csv> <model.joblib> <trees>

Gradient boosting behind an encoder of categories in one pipeline: what a tutorial does. Of its settings only the number
of trees is given; scikit-learn's default of 100 is what our model has, too.
"""
import sys

import joblib
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

NUMERIC = ["hour", "day_of_week", "distance"]
CATEGORICAL = ["origin", "destination"]

rows = pd.read_csv(sys.argv[1], keep_default_na=False)
model = make_pipeline(
    make_column_transformer(
        ("passthrough", NUMERIC),
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), CATEGORICAL),
    ),
    HistGradientBoostingClassifier(max_iter=int(sys.argv[3]), random_state=1),
)
model.fit(rows[NUMERIC + CATEGORICAL], rows["late"])
joblib.dump(model, sys.argv[2])
print(f"peers: {len(rows)} rows, {model[-1].n_iter_} trees", file=sys.stderr)
