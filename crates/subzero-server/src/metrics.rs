//! What an operator can watch: figures for Prometheus, on a port of their own that is not public.
//!
//! They say how much and how fast, never who: no label names an account, a device, an address or anything that an asker chose. So there are
//! no more series than endpoints, statuses and verdicts.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use subzero_sync::wire::{PushVerdict, Verdict};
use tokio::net::TcpListener;

use crate::fold::{FoldError, Folded};

/// Upper bounds of the classes that durations are counted in, in seconds. The last two are of manifests that are held back.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 10.0, 30.0];
/// What the text is.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const OK: &str = "ok";
const DUP: &str = "dup";
const FLAGGED: &str = "flagged";
const QUARANTINED: &str = "quarantined";
const TEMPORARY: &str = "temporary";
const LASTING: &str = "lasting";
const STORED: &str = "stored";
const SAVES_NOTHING: &str = "saves_nothing";
const OVERTAKEN: &str = "overtaken";
const FAILED: &str = "failed";

/// All figures.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<EndpointLabels, Histogram, fn() -> Histogram>,
    entries: Family<VerdictLabels, Counter>,
    waiting: Gauge,
    database_errors: Family<DatabaseLabels, Counter>,
    folds: Family<FoldLabels, Counter>,
    fold_durations: Histogram,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    endpoint: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EndpointLabels {
    endpoint: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VerdictLabels {
    verdict: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DatabaseLabels {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FoldLabels {
    outcome: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("subzero");
        let durations: Family<EndpointLabels, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(SECONDS));
        let (requests, waiting) = (Family::default(), Gauge::default());
        let (entries, database_errors) = (Family::<_, Counter>::default(), Family::<_, Counter>::default());
        // Counted from 0 on: of a series that begins with 1, nobody can tell that it has grown.
        for verdict in [OK, DUP, FLAGGED, QUARANTINED] {
            let _ = entries.get_or_create(&VerdictLabels { verdict });
        }
        for kind in [TEMPORARY, LASTING] {
            let _ = database_errors.get_or_create(&DatabaseLabels { kind });
        }
        let (folds, fold_durations) = (Family::<_, Counter>::default(), Histogram::new(SECONDS));
        for outcome in [STORED, SAVES_NOTHING, OVERTAKEN, FAILED] {
            let _ = folds.get_or_create(&FoldLabels { outcome });
        }
        registry.register("requests", "Requests that were answered", requests.clone());
        registry.register_with_unit(
            "request_duration",
            "How long answers took; a manifest may be held back for 25 seconds",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register("entries_pushed", "Entries that devices pushed, by what became of them", entries.clone());
        registry.register("manifests_waiting", "Devices that wait for news now", waiting.clone());
        registry.register(
            "database_errors",
            "Requests that failed in the database: temporary ones (busy, full) are tried again by the tills",
            database_errors.clone(),
        );
        registry.register("snapshots_folded", "Accounts that were folded, by what came of it", folds.clone());
        let help = "How long it took to fold an account, whatever came of it";
        registry.register_with_unit("fold_duration", help, Unit::Seconds, fold_durations.clone());
        Self { registry, requests, durations, entries, waiting, database_errors, folds, fold_durations }
    }
}

impl Metrics {
    /// A request was answered.
    pub(crate) fn count_request(&self, endpoint: &str, status: StatusCode, took: Duration) {
        let endpoint = endpoint.to_owned();
        self.durations.get_or_create(&EndpointLabels { endpoint: endpoint.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&RequestLabels { endpoint, status: status.as_u16() }).inc();
    }

    /// Entries were stored.
    pub(crate) fn count_entries(&self, verdicts: &[PushVerdict]) {
        for pushed in verdicts {
            let verdict = match pushed.verdict {
                Verdict::Ok => OK,
                Verdict::Dup => DUP,
                Verdict::Flagged { .. } => FLAGGED,
                Verdict::Quarantined { .. } => QUARANTINED,
            };
            self.entries.get_or_create(&VerdictLabels { verdict }).inc();
        }
    }

    /// The database did not do what it was asked.
    pub(crate) fn count_database_error(&self, is_temporary: bool) {
        let kind = if is_temporary { TEMPORARY } else { LASTING };
        self.database_errors.get_or_create(&DatabaseLabels { kind }).inc();
    }

    /// An account was folded, or was to be.
    pub(crate) fn count_fold(&self, folded: &Result<Folded, FoldError>, took: Duration) {
        let outcome = match folded {
            Ok(Folded::Stored(_)) => STORED,
            Ok(Folded::SavesNothing(_)) => SAVES_NOTHING,
            Ok(Folded::Overtaken) => OVERTAKEN,
            Err(_) => FAILED,
        };
        self.fold_durations.observe(took.as_secs_f64());
        self.folds.get_or_create(&FoldLabels { outcome }).inc();
    }

    /// A device waits for news until this is dropped.
    pub(crate) fn count_waiting(&self) -> Waiting {
        self.waiting.inc();
        Waiting(self.waiting.clone())
    }
}

/// One that waits, also when its connection is cut.
pub struct Waiting(Gauge);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Answers `GET /metrics` for as long as it is polled. Whoever reaches this listener may read it: it belongs on the loopback.
pub async fn serve(listener: TcpListener, metrics: Arc<Metrics>) -> std::io::Result<()> {
    let router = Router::new().route("/metrics", get(answer)).with_state(metrics);
    axum::serve(listener, router).await
}

async fn answer(State(metrics): State<Arc<Metrics>>) -> Response {
    let mut written = String::new();
    match text::encode(&mut written, &metrics.registry) {
        Ok(()) => ([(header::CONTENT_TYPE, OPEN_METRICS)], written).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
