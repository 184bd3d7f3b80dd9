-- What a new device may begin with: an account's histories folded up to some row of each shop. `version` is of the rules that folded them, `hash` is
-- made of what the parts are named by. Numbers go on by one; the newest two are kept.
create table snapshot (
  account bigint not null references account,
  number bigint not null check (number > 0),
  version bigint not null,
  hash bytea not null check (length(hash) = 32),
  horizon_ms bigint not null,
  primary key (account, number)
);

-- Up to where each shop is folded in, with the shop's checksum there.
create table snapshot_shop (
  account bigint not null,
  number bigint not null,
  shop bigint not null,
  seq bigint not null check (seq > 0),
  checksum bytea not null check (length(checksum) = 16),
  primary key (account, number, shop),
  foreign key (account, number) references snapshot (account, number),
  foreign key (account, shop, seq) references entry (account, shop, seq)
);

-- Its bytes, in pieces.
create table snapshot_part (
  account bigint not null,
  number bigint not null,
  place bigint not null check (place >= 0),
  hash bytea not null check (length(hash) = 32),
  bytes bytea not null,
  primary key (account, number, place),
  foreign key (account, number) references snapshot (account, number)
);
create index snapshot_part_hash on snapshot_part (account, hash);

-- How many rows an account had when somebody last began to fold it by the rules of a version, whatever came of it: a process that did not outlive
-- it does not begin again as soon as it is started.
create table snapshot_try (
  account bigint primary key references account,
  version bigint not null,
  row_count bigint not null check (row_count >= 0)
);
