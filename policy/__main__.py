"""The policy pack: pulumi preview -s eu-west --policy-pack policy"""

from lepton_infra.auditing.pack import serve

serve()
