-- Codes that owners made, each to let one register in once. `place` is what of a code says which one is meant, `code` a SHA-256 of the whole.
create table pairing_code (
  place text primary key,
  account bigint not null references account,
  -- The owner who made it.
  employee bytea not null check (length(employee) = 16),
  code bytea not null check (length(code) = 32),
  shop bigint not null,
  register text not null,
  -- The device that is to be let in again; a new one if there is none.
  device bigint,
  expires_ms bigint not null,
  -- How many wrong codes were tried at its place.
  wrong bigint not null,
  foreign key (account, shop) references shop (account, id)
);
create index pairing_code_account on pairing_code (account);
