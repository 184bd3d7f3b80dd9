//! A file of what a register had not sent: brought in on another register or at the server, once or twice, and the register may come back.

use std::path::Path;
use std::process::Command;

use reqwest::{Response, StatusCode};
use subzero_ledger::entry::Entry;
use subzero_ledger::entry::catalogue::{Change, EmployeeChange};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{DeviceId, EmployeeId};
use subzero_server::{clock, seed};
use subzero_sync::records::{Control, Own};
use subzero_sync::rescue::{Rescue, Run, Salvage};
use subzero_sync::wire::{
    AccountKey, AuditWhat, EntryBytes, Flag, PUSH_ENTRIES_MAX, Paired, PushReply, RESCUE_TEXT_MAX, RescueReply,
    RescueRequest, Verdict,
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::observe::Figures;
use crate::support::{CASHIER, HIGH_STREET, OWNER, Running, STATION, Till, code, folder, read};

const KIM: &str = "kim@example.com";

/// What a till that has acked so much would save of these entries, recorded after that.
fn saved(till: &Till, account: AccountKey, entries: &[Vec<u8>]) -> Rescue {
    let own = (till.acked.dseq + 1..).zip(entries).map(|(dseq, body)| Own { dseq, body: EntryBytes(body.clone()) });
    let control = Control { acked: till.acked, epoch: till.epoch, ..Control::new(till.inc) };
    let salvage = Salvage { control: Some(control), own: own.collect(), ..Salvage::default() };
    Rescue { account, device: till.device, made: clock::now(), runs: salvage.runs(till.device) }
}

fn receipts(till: &Till, count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|_| till.receipt().encode().unwrap()).collect()
}

async fn bring_in(till: &Till, by: EmployeeId, file: String) -> Response {
    till.post("/v1/sync/rescue", &RescueRequest { by, file }).await
}

async fn key(server: &Running) -> AccountKey {
    let account = server.db.account_of(KIM).await.unwrap().unwrap();
    server.db.account_key(account).await.unwrap().unwrap()
}

fn counted(device: DeviceId, stored: u64, known: u64) -> RescueReply {
    RescueReply { stored, known, ..RescueReply::begin(device) }
}

#[tokio::test]
async fn a_file_counts_once_and_the_register_that_comes_back_goes_on() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut lost = server.pair(KIM, HIGH_STREET).await;
    let front = server.pair(KIM, STATION).await;
    lost.push(&[lost.receipt()]).await;
    let unsent = receipts(&lost, PUSH_ENTRIES_MAX + 3);
    let count = unsent.len() as u64;
    let file = saved(&lost, key(&server).await, &unsent).encode();

    let figures = Figures::of(&server).await;
    let ok = async || figures.figure("subzero_entries_pushed_total{verdict=\"flagged\"}").await.unwrap_or(0);
    let before = ok().await;
    let reply: RescueReply = read(bring_in(&front, OWNER, file.clone()).await).await;
    assert_eq!(reply, counted(lost.device, count, 0));
    assert_eq!(ok().await - before, count, "whoever watches the figures sees them as well");
    assert_eq!(front.pull(HIGH_STREET).await.len() as u64, count + 1);
    let again: RescueReply = read(bring_in(&front, OWNER, file).await).await;
    assert_eq!(again, counted(lost.device, 0, count));

    for batch in unsent.chunks(PUSH_ENTRIES_MAX) {
        let request = lost.request(batch);
        let reply: PushReply = read(lost.send(&request).await).await;
        assert!(reply.verdicts.iter().all(|verdict| verdict.verdict == Verdict::Dup));
        lost.acked = request.entries.iter().fold(lost.acked, |at, body| at.next(lost.inc, body));
    }
    lost.push(&[lost.receipt()]).await;
    assert_eq!(front.pull(HIGH_STREET).await.len() as u64, count + 2);
    server.stop().await;
}

/// Whatever a file says: the outbox of a register is that register's alone, and everybody sees what was brought in.
#[tokio::test]
async fn a_forged_file_goes_on_with_nobodys_outbox() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut victim = server.pair(KIM, HIGH_STREET).await;
    let thief = server.pair(KIM, STATION).await;
    victim.push(&[victim.receipt()]).await;
    // Outbox and chain follow from the rows that every register pulls.
    let entries = receipts(&victim, 1).into_iter().map(EntryBytes).collect();
    let run = Run { inc: victim.inc, first: victim.acked.dseq + 1, before: victim.acked.chain, entries };
    let forged = Rescue { account: key(&server).await, device: victim.device, made: clock::now(), runs: vec![run] };
    let reply: RescueReply = read(bring_in(&thief, OWNER, forged.encode()).await).await;
    assert_eq!(reply, counted(victim.device, 1, 0));
    victim.push(&[victim.receipt()]).await;
    let rows = victim.pull(HIGH_STREET).await;
    let flags: Vec<&[Flag]> = rows.iter().map(|row| row.flags.as_slice()).collect();
    assert_eq!(flags, [&[][..], &[Flag::Rescued], &[]]);
    let account = server.db.account_of(KIM).await.unwrap().unwrap();
    let noted = server.db.audit(account, None).await.unwrap().entries;
    let rescued = noted.iter().find(|entry| entry.what == AuditWhat::Rescued).unwrap();
    assert_eq!((rescued.device, rescued.by_device), (Some(victim.device), Some(thief.device)));

    server.db.grant(account, thief.device, &[STATION]).await.unwrap();
    let refused = bring_in(&thief, OWNER, saved(&victim, key(&server).await, &receipts(&victim, 1)).encode()).await;
    assert_eq!(code(refused, StatusCode::FORBIDDEN).await, "rescue_other_shop");
    server.stop().await;
}

/// Its number is kept for it, and its file is all that is left of it.
#[tokio::test]
async fn a_file_of_a_register_that_the_backup_does_not_know_is_taken() {
    let data = folder();
    let mut server = Running::with_account(&data).await;
    let front = server.pair(KIM, STATION).await;
    let mut lost = front.clone();
    (lost.device, lost.shop) = (DeviceId(7), HIGH_STREET);
    let file = saved(&lost, key(&server).await, &receipts(&lost, 2)).encode();
    let refused = bring_in(&front, OWNER, file.clone()).await;
    assert_eq!(code(refused, StatusCode::NOT_FOUND).await, "rescue_no_such_register");
    server.db.renew_epoch(clock::now()).await.unwrap();
    let reply: RescueReply = read(bring_in(&front, OWNER, file).await).await;
    assert_eq!(reply, counted(lost.device, 2, 0));
    assert_eq!(front.pull(HIGH_STREET).await.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn only_managers_bring_in_files_and_only_of_their_own_business_and_registers() {
    let data = folder();
    let server = Running::with_account(&data).await;
    server.add_account("ada@example.com").await;
    let lost = server.pair(KIM, HIGH_STREET).await;
    let front = server.pair(KIM, STATION).await;
    let foreign = server.pair("ada@example.com", HIGH_STREET).await;
    let rescue = saved(&lost, key(&server).await, &receipts(&lost, 1));
    let refused = async |till: &Till, by, file: String, status| code(bring_in(till, by, file).await, status).await;

    assert_eq!(refused(&front, CASHIER, rescue.encode(), StatusCode::FORBIDDEN).await, "rescue_not_allowed");
    let nobody = EmployeeId::from_u128(99);
    assert_eq!(refused(&front, nobody, rescue.encode(), StatusCode::FORBIDDEN).await, "rescue_not_allowed");
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    assert_eq!(refused(&foreign, OWNER, rescue.encode(), unprocessable).await, "rescue_other_account");
    for device in [0, 77].map(DeviceId) {
        let strange = Rescue { device, ..rescue.clone() }.encode();
        assert_eq!(refused(&front, OWNER, strange, StatusCode::NOT_FOUND).await, "rescue_no_such_register");
    }
    let text = rescue.encode();
    let cut = text[..text.len() / 2].to_owned();
    assert_eq!(refused(&front, OWNER, cut, unprocessable).await, "rescue_cut");
    assert_eq!(
        refused(&front, OWNER, text.replacen("\"device\":", "\"devicE\":", 1), unprocessable).await,
        "rescue_damaged"
    );
    let large = " ".repeat(RESCUE_TEXT_MAX + 1);
    assert_eq!(refused(&front, OWNER, large, unprocessable).await, "rescue_too_large");
    let huge = " ".repeat(RESCUE_TEXT_MAX * 2);
    assert_eq!(refused(&front, OWNER, huge, StatusCode::PAYLOAD_TOO_LARGE).await, "too_large");
    let mut stranger = front.clone();
    stranger.token = "no".into();
    assert_eq!(refused(&stranger, OWNER, text.clone(), StatusCode::UNAUTHORIZED).await, "token_expired");
    assert_eq!(front.pull(HIGH_STREET).await, []);

    // A manager may, and one who left may not.
    let manager = |active| EmployeeChange { id: nobody, name: None, role: Some(Role::Manager), pin: None, active };
    let account = server.db.account_of(KIM).await.unwrap().unwrap();
    for active in [true, false] {
        let change = seed::office_entry(OWNER, clock::now(), vec![Change::Employee(manager(Some(active)))]);
        seed::import(&server.db, account, vec![change]).await.unwrap();
        let status = bring_in(&front, nobody, text.clone()).await.status();
        assert_eq!(status, if active { StatusCode::OK } else { StatusCode::FORBIDDEN });
    }
    server.stop().await;
}

/// Whoever brings a file in lends it nothing: what the register may not write is set aside, as if it had pushed it.
#[tokio::test]
async fn a_file_has_the_grants_of_the_register_that_recorded_it() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let lost = server.pair(KIM, HIGH_STREET).await;
    let front = server.pair(KIM, STATION).await;
    let account = server.db.account_of(KIM).await.unwrap().unwrap();
    server.db.grant(account, lost.device, &[STATION]).await.unwrap();
    let foreign: Entry = front.receipt();
    let entries = [lost.receipt().encode().unwrap(), foreign.encode().unwrap(), b"poison".to_vec()];
    let file = saved(&lost, key(&server).await, &entries).encode();
    let reply: RescueReply = read(bring_in(&front, OWNER, file).await).await;
    assert_eq!(reply, RescueReply { aside: 3, ..RescueReply::begin(lost.device) });
    server.stop().await;
}

/// Behind a hole the chain is not known: such a run is known by the ids of its entries.
#[tokio::test]
async fn what_lies_behind_a_hole_is_stored_once_too() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut lost = server.pair(KIM, HIGH_STREET).await;
    let front = server.pair(KIM, STATION).await;
    let all = receipts(&lost, 4);
    let mut own: Vec<Own> = (1..).zip(&all).map(|(dseq, body)| Own { dseq, body: EntryBytes(body.clone()) }).collect();
    own.remove(1);
    let salvage = Salvage { control: Some(Control::new(lost.inc)), own, unreadable: 1, ..Salvage::default() };
    let runs: Vec<Run> = salvage.runs(lost.device);
    assert_eq!(runs.len(), 2);
    let rescue = Rescue { account: key(&server).await, device: lost.device, made: clock::now(), runs };
    for (stored, known) in [(3, 0), (0, 3)] {
        let reply: RescueReply = read(bring_in(&front, OWNER, rescue.encode()).await).await;
        assert_eq!(reply, counted(lost.device, stored, known));
    }
    lost.push_bytes(&all).await;
    assert_eq!(front.pull(HIGH_STREET).await.len(), 4);
    server.stop().await;
}

fn command_line(data: &TempDir, file: &Path) -> (bool, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_subzero-server"));
    let output = program.arg("import").arg(file).arg("--data").arg(data.path()).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[tokio::test]
async fn a_file_is_taken_in_at_the_server_beside_one_that_runs() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let lost = server.pair(KIM, HIGH_STREET).await;
    let front = server.pair(KIM, STATION).await;
    let rescue = saved(&lost, key(&server).await, &receipts(&lost, 2));
    let place = data.path().join("unsent.txt");
    std::fs::write(&place, rescue.encode()).unwrap();
    let said = |result: &str| format!("register {}: {result}, 0 set aside\n", lost.device);
    assert_eq!(command_line(&data, &place), (true, said("2 stored (0 flagged), 0 known already")));
    assert_eq!(command_line(&data, &place), (true, said("0 stored (0 flagged), 2 known already")));
    assert_eq!(front.pull(HIGH_STREET).await.len(), 2);

    let strange = Rescue { account: AccountKey(Uuid::from_u128(1)), ..rescue };
    std::fs::write(&place, strange.encode()).unwrap();
    let (taken, said) = command_line(&data, &place);
    assert!(!taken && said.contains("another business"), "{said}");
    let (taken, said) = command_line(&folder(), &place);
    assert!(!taken && said.contains("no database"), "{said}");
    server.stop().await;
}

#[tokio::test]
async fn a_device_that_is_paired_again_hears_what_it_had_not_sent() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair(KIM, HIGH_STREET).await;
    assert_eq!(till.says(r#"{"unsent":4,"oldest_unsent":null,"session":null}"#).await.status(), StatusCode::OK);
    let session = server.session(KIM).await;
    let again = server.ask_to_pair_again(&session, till.device, HIGH_STREET, "Front till").await;
    let paired: Paired = read(again).await;
    assert_eq!(paired.account_key, Some(key(&server).await));
    assert_eq!(paired.last_heard.map(|seen| (seen.device, seen.standing.unsent)), Some((till.device, 4)));
    let fresh: Paired = read(server.ask_to_pair(&session, HIGH_STREET, "Back till").await).await;
    assert_eq!((fresh.account_key, fresh.last_heard), (paired.account_key, None));
    server.stop().await;
}
