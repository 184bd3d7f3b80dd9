-- What a new device may begin with: an account's histories folded up to some row of each shop. `version` is of the rules that folded them, `hash` is
-- made of what the parts are named by. Numbers go on by one; the newest two are kept.
create table snapshot (
  account integer not null references account,
  number integer not null check (number > 0),
  version integer not null,
  hash blob not null check (length(hash) = 32),
  horizon_ms integer not null,
  primary key (account, number)
) strict;

-- Up to where each shop is folded in, with the shop's checksum there.
create table snapshot_shop (
  account integer not null,
  number integer not null,
  shop integer not null,
  seq integer not null check (seq > 0),
  checksum blob not null check (length(checksum) = 16),
  primary key (account, number, shop),
  foreign key (account, number) references snapshot (account, number),
  foreign key (account, shop, seq) references entry (account, shop, seq)
) strict;

-- Its bytes, in pieces.
create table snapshot_part (
  account integer not null,
  number integer not null,
  place integer not null check (place >= 0),
  hash blob not null check (length(hash) = 32),
  bytes blob not null,
  primary key (account, number, place),
  foreign key (account, number) references snapshot (account, number)
) strict;
create index snapshot_part_hash on snapshot_part (account, hash);

-- How many rows an account had when somebody last began to fold it by the rules of a version, whatever came of it: a process that did not outlive
-- it does not begin again as soon as it is started.
create table snapshot_try (
  account integer primary key references account,
  version integer not null,
  row_count integer not null check (row_count >= 0)
) strict;
