-- Codes that owners made, each to let one register in once. `place` is what of a code says which one is meant, `code` a SHA-256 of the whole.
create table pairing_code (
  place text primary key,
  account integer not null references account,
  -- The owner who made it.
  employee blob not null check (length(employee) = 16),
  code blob not null check (length(code) = 32),
  shop integer not null,
  register text not null,
  -- The device that is to be let in again; a new one if there is none.
  device integer,
  expires_ms integer not null,
  -- How many wrong codes were tried at its place.
  wrong integer not null,
  foreign key (account, shop) references shop (account, id)
) strict;
create index pairing_code_account on pairing_code (account);
