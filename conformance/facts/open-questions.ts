/** What no public page answers of Enterprise Edition, detaching and grants; each is answered by facts with its number. */
export const OPEN_QUESTIONS: Readonly<Record<number, string>> = {
  1: 'AttachCenChildInstance in a region without a transit router: does it create one, of which edition?',
  2: 'Which codes stand for "already on this router" and "not granted" on Enterprise Edition?',
  3: 'ClientToken: does a repeat answer the same attachment, and when does TokenProcessing come?',
  4: 'Does DescribeCenAttachedChildInstances also list attachments of Enterprise Edition?',
  5: 'A failed creation: does it vanish or stay? How long do Attaching and Detaching last?',
  6: 'Is Operation.Blocking per CEN, per router, per VPC or per route table on Enterprise Edition?',
  7: 'Are the old and the new grant one record? Who pays by default? How long until a grant is seen?',
  8: 'Does ListGrantVSwitchesToCen answer before the VPC is attached?',
  9: 'Do the hidden parameters RouteTableAssociationEnabled and RouteTablePropagationEnabled still act?',
  10: 'Does Force remove the routes of the VPC, too?',
  11: 'How many calls a second, and how many attachments a router, are allowed?',
  12: 'Which accounts need AliyunServiceRoleForCEN and an open transit router service?',
  13: 'May the owner of the child alone detach it, with CenOwnerId?',
}
