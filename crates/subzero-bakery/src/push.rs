//! A register's outbox, pushed to a running server over HTTP: what every till does, without the till.

use subzero_ledger::ids::{EmployeeId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::chain::Position;
use subzero_sync::wire::{
    AccessToken, EntryBytes, Epoch, Incarnation, OwnerSession, OwnerSignIn, PUSH_BYTES_MAX, PUSH_ENTRIES_MAX,
    PairRequest, Paired, PushReply, PushRequest, Verdict,
};
use uuid::Uuid;

/// Why a push did not go through.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The request.
    #[error("{path}: {error}")]
    Http {
        /// Which endpoint.
        path: &'static str,
        /// What went wrong.
        error: Box<ureq::Error>,
    },
    /// The server set entries aside.
    #[error("entry {dseq} was not stored as it is: {verdict:?}")]
    SetAside {
        /// Its device sequence.
        dseq: u64,
        /// The verdict.
        verdict: Verdict,
    },
}

/// A server to talk to.
#[derive(Clone, Debug)]
pub struct Remote {
    origin: String,
    agent: ureq::Agent,
}

impl Remote {
    /// The server at this origin, such as `http://127.0.0.1:8080`.
    pub fn new(origin: &str) -> Self {
        Self { origin: origin.to_owned(), agent: ureq::Agent::new_with_defaults() }
    }

    /// Signs the owner in and pairs one register of a shop.
    pub fn pair(&self, email: &str, password: &str, shop: ShopId, register: &str) -> Result<Paired, PushError> {
        let sign_in = OwnerSignIn { email: email.to_owned(), password: password.to_owned() };
        let session: OwnerSession = self.post("/v1/auth/owner", None, &sign_in)?;
        let request = PairRequest { shop, register: register.to_owned(), again: None, account: None };
        self.post("/v1/devices/pair", Some(&session.token), &request)
    }

    /// Pushes a whole outbox within the quarter of an hour that an access token is good for, in batches, and says how many entries the server flagged.
    pub fn push(&self, paired: &Paired, outbox: &[EntryBytes], now: Instant) -> Result<usize, PushError> {
        let access: AccessToken = self.post("/v1/auth/device", Some(&paired.token), &())?;
        let inc = Incarnation(Uuid::now_v7());
        let (mut at, mut epoch, mut flagged) = (Position::START, None::<Epoch>, 0);
        let mut rest = outbox;
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(batch_len(rest));
            let (first, before) = (at.dseq + 1, at.chain);
            let request = PushRequest { epoch, inc, first, before, now, entries: batch.to_vec() };
            let reply: PushReply = self.post("/v1/sync/push", Some(&access.token), &request)?;
            for verdict in reply.verdicts {
                match verdict.verdict {
                    Verdict::Ok | Verdict::Dup => {}
                    Verdict::Flagged { .. } => flagged += 1,
                    Verdict::Quarantined { .. } => {
                        return Err(PushError::SetAside { dseq: verdict.dseq, verdict: verdict.verdict });
                    }
                }
            }
            at = batch.iter().fold(at, |at, entry| at.next(inc, entry));
            (epoch, rest) = (Some(reply.epoch), later);
        }
        Ok(flagged)
    }

    fn post<Q: serde::Serialize, A: serde::de::DeserializeOwned>(
        &self,
        path: &'static str,
        token: Option<&str>,
        body: &Q,
    ) -> Result<A, PushError> {
        let mut request = self.agent.post(format!("{}{path}", self.origin));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = request.send_json(body).and_then(|mut answer| answer.body_mut().read_json());
        answer.map_err(|error| PushError::Http { path, error: Box::new(error) })
    }
}

/// The most entries, and at least one, that one push may carry.
fn batch_len(entries: &[EntryBytes]) -> usize {
    let mut bytes = 0;
    let fits = |entry: &&EntryBytes| {
        bytes += entry.0.len();
        bytes <= PUSH_BYTES_MAX
    };
    entries.iter().take(PUSH_ENTRIES_MAX).take_while(fits).count().max(1)
}

/// The three people who work there; each one's PIN is their number four times.
pub const EMPLOYEES: [(&str, EmployeeId); 3] = [
    ("Olive (owner)", EmployeeId::from_u128(0xba4e_0001)),
    ("Robin", EmployeeId::from_u128(0xba4e_0002)),
    ("Alex", EmployeeId::from_u128(0xba4e_0003)),
];
